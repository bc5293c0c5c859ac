import { brand } from "@/lib/brand";

export function PhoneLink() {
  return (
    <a href={brand.phone.href} dir="ltr" className="link whitespace-nowrap">
      {brand.phone.text}
    </a>
  );
}

export function EmailLink() {
  return (
    <a href={brand.email.href} dir="ltr" className="link">
      {brand.email.text}
    </a>
  );
}
