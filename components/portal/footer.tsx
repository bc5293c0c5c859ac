import { brand } from "@/lib/portal/brand";

export function Footer() {
  return (
    // The padding below keeps these lines clear of the chat's launcher on a phone.
    <footer className="mt-auto border-t border-line pt-8 pb-28 text-sm text-quiet sm:pb-10 print:hidden">
      <div className="page flex flex-col gap-x-8 gap-y-2 sm:flex-row sm:flex-wrap sm:pr-28">
        <p>
          Call{" "}
          <a href={brand.phone.href} className="link whitespace-nowrap">
            {brand.phone.text}
          </a>
          , {brand.hours}
        </p>
        <p>
          Write to{" "}
          <a href={brand.email.href} className="link">
            {brand.email.text}
          </a>
        </p>
        <p className="lg:ml-auto">{brand.name} is a fictional company.</p>
      </div>
    </footer>
  );
}
