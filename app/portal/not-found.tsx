import Link from "next/link";
import { PhoneLink } from "@/components/portal/phone-link";
import { buttonClass } from "@/components/ui/button";
import { PageHeading } from "@/components/ui/page-heading";

/** Also shown for what belongs to another customer. */
export default function PortalNotFoundPage() {
  return (
    <>
      <PageHeading title="We can't find that">
        Your account has nothing with this number. Check the number, or call <PhoneLink />.
      </PageHeading>
      <div className="flex flex-wrap gap-3">
        <Link href="/portal/policies" className={buttonClass("quiet")}>
          Your policies
        </Link>
        <Link href="/portal/claims" className={buttonClass("quiet")}>
          Your claims
        </Link>
      </div>
    </>
  );
}
