import { PhoneLink } from "@/components/portal/phone-link";
import { PageHeading } from "@/components/ui/page-heading";

export default function PortalNotFoundPage() {
  return (
    <PageHeading title="We can't find that" back={{ href: "/portal", text: "Overview" }}>
      There is nothing with this number in your account. Check the number, or call <PhoneLink />.
    </PageHeading>
  );
}
