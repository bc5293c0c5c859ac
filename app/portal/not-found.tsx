import Link from "next/link";
import { PhoneLink } from "@/components/portal/phone-link";
import { buttonClass } from "@/components/ui/button";
import { PageHeading } from "@/components/ui/page-heading";

/** The same answer for what does not exist and for what is somebody else's. */
export default function PortalNotFoundPage() {
  return (
    <>
      <PageHeading title="We cannot find that">
        There is nothing under this number in your account. Check it against your letter, or call <PhoneLink />.
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
