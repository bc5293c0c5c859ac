import { brand } from "@/lib/brand";

export function PhoneLink() {
  return (
    <a href={brand.phone.href} dir="ltr" className="link whitespace-nowrap">
      {brand.phone.text}
    </a>
  );
}
