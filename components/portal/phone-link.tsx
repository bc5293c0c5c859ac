import { brand } from "@/lib/brand";

export function PhoneLink() {
  return (
    <a href={brand.phone.href} className="link whitespace-nowrap">
      {brand.phone.text}
    </a>
  );
}
