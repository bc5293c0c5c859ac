import { PhoneLink } from "@/components/portal/phone-link";
import { PageHeading } from "@/components/ui/page-heading";

/** Also shown for what belongs to another customer. */
export default function PortalNotFoundPage() {
  return (
    <PageHeading title="We can't find that" back={{ href: "/portal", text: "Overview" }}>
      Your account has nothing with this number. Check the number, or call <PhoneLink />.
    </PageHeading>
  );
}
