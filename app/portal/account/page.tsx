import type { Metadata } from "next";
import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { PageHeading } from "@/components/ui/page-heading";
import { requireUser } from "@/lib/auth/session";
import { formatMonth } from "@/lib/portal/format";
import { saveNameAction } from "./actions";

export const metadata: Metadata = { title: "Account" };

const PLAN_NAMES = { standard: "Standard", premium: "Premium" };

export default async function AccountPage() {
  const user = await requireUser("/portal/account");
  return (
    <>
      <PageHeading title="Your account">How we address you, and what we know you by.</PageHeading>
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <section className="max-w-xl">
          <h2 className="mb-5">Your name</h2>
          <ActionForm
            action={saveNameAction}
            submit="Save changes"
            values={{ firstName: user.firstName, lastName: user.lastName }}
            fields={[
              { name: "firstName", label: "First name", autoComplete: "given-name", isHalfWidth: true },
              { name: "lastName", label: "Last name", autoComplete: "family-name", isHalfWidth: true },
            ]}
          />
        </section>
        <section>
          <h2 className="mb-5">What stays as it is</h2>
          <dl className="grid gap-4 border-t border-line pt-4">
            <div>
              <dt className="text-sm text-quiet">E-mail</dt>
              <dd>{user.email}</dd>
            </div>
            <div>
              <dt className="text-sm text-quiet">Plan</dt>
              <dd>{PLAN_NAMES[user.plan]}</dd>
            </div>
            <div>
              <dt className="text-sm text-quiet">Customer since</dt>
              <dd className="tabular-nums">{formatMonth(user.createdAt)}</dd>
            </div>
          </dl>
          <p className="mt-5 text-sm text-quiet">
            To change your e-mail address or your plan, ask us in the chat or call <PhoneLink />.
          </p>
        </section>
      </div>
    </>
  );
}
