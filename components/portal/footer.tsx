import { brand, site } from "@/lib/brand";
import { PhoneLink } from "./phone-link";

export function Footer() {
  return (
    // Room at the bottom for the chat, which floats in the corner.
    <footer className="mt-auto border-t border-line pt-8 pb-32 text-sm text-quiet xl:pb-10 print:hidden">
      <div className="page flex flex-col gap-x-8 gap-y-2 sm:flex-row sm:flex-wrap">
        <p>
          Call <PhoneLink />, {brand.hours}
        </p>
        <p>
          Write to <a href={brand.email.href}>{brand.email.text}</a>
        </p>
        <p>{site.disclaimer}</p>
      </div>
    </footer>
  );
}
