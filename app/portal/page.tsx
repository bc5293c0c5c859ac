import Link from "next/link";
import { InsuranceClaimProgress } from "@/components/portal/insurance-claim-progress";
import { PolicyList } from "@/components/portal/policy-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Icon } from "@/components/ui/icon";
import { Section } from "@/components/ui/section";
import { requireUser } from "@/lib/auth/session";
import { formatDate, greet } from "@/lib/format";
import {
  findNextStep,
  formatReference,
  readInsuranceClaimOverview,
  STATE_NAMES,
  type InsuranceClaimSummary,
} from "@/lib/portal/insurance-claims";
import { listPolicies, PRODUCT_NAMES, readTerm } from "@/lib/portal/policies";

export const metadata = { title: "Overview" };

type Attention = { href: string; title: string; state?: string; text?: string };

const UNCONFIRMED: Attention = {
  href: "/portal/account",
  title: "Your email address is not confirmed",
  text: "Our agents don't see it in the chat until you confirm it.",
};

export default async function OverviewPage() {
  const user = await requireUser();
  const [policies, { latest, open, openCount }] = await Promise.all([
    listPolicies(user),
    readInsuranceClaimOverview(user, 3),
  ]);
  const attention: Attention[] = [
    ...(user.emailConfirmedAt ? [] : [UNCONFIRMED]),
    ...open.map((insuranceClaim) => ({
      href: `/portal/claims/${formatReference(insuranceClaim)}`,
      title: insuranceClaim.title,
      state: `Claim ${STATE_NAMES[insuranceClaim.state].toLowerCase()}`,
      text: insuranceClaim.latest?.note,
    })),
    ...(openCount > open.length ? [{ href: "/portal/claims", title: `All ${openCount} open claims` }] : []),
    ...policies
      .filter((policy) => readTerm(policy).state === "ending")
      .map(({ number, product, insured, endsOn }) => ({
        href: `/portal/policies/${number}`,
        title: `${PRODUCT_NAMES[product]} ends on ${formatDate(endsOn)}`,
        state: "Policy ending",
        text: `${insured}. Call us to renew it.`,
      })),
  ];

  return (
    <>
      <h1>{`${greet()}, ${user.firstName}.`}</h1>
      {attention.length > 0 ? (
        <Section title="What needs your attention" className="mt-8">
          <ul className="divide-y divide-line rounded-card bg-lamp-soft">
            {attention.map(({ href, title, state, text }) => (
              <li key={href}>
                <Link href={href} className="row attention-row">
                  <span>
                    <span className="flex flex-wrap items-center gap-x-3">
                      <span className="row-title">{title}</span>
                      <span className="text-sm text-warn">{state}</span>
                    </span>
                    <span className="block max-w-[68ch]">{text}</span>
                  </span>
                  <Icon name="arrow" className="size-5 text-quiet" />
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      ) : (
        <p className="mt-2 text-lg text-quiet">
          {policies.length > 0
            ? "Nothing needs your attention today."
            : "Your account is ready. Your policies and claims will appear here."}
        </p>
      )}
      <div className="mt-12 grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <Section title="Your policies" link={policies.length > 0 && { href: "/portal/policies", text: "All policies" }}>
          <PolicyList policies={policies.slice(0, 3)} />
        </Section>
        <Section
          title={latest ? "Your latest claim" : "Your claims"}
          link={latest && { href: "/portal/claims", text: "All claims" }}
        >
          {latest ? (
            <LatestClaim insuranceClaim={latest} />
          ) : (
            <EmptyState icon="flag" title="No claims yet">
              If something happens,{" "}
              {policies.length > 0 ? <Link href="/portal/claims/new">file a claim</Link> : "tell us"} here and follow
              every step.
            </EmptyState>
          )}
        </Section>
      </div>
    </>
  );
}

function LatestClaim({ insuranceClaim }: { insuranceClaim: InsuranceClaimSummary }) {
  const { title, state, policy, latest, createdAt } = insuranceClaim;
  const next = findNextStep(state, latest?.at ?? createdAt);
  const reference = formatReference(insuranceClaim);
  return (
    <div className="rounded-card border border-line bg-surface p-5 sm:p-6">
      <p className="text-sm text-quiet tabular-nums">{`${reference} · ${PRODUCT_NAMES[policy.product]}`}</p>
      <h3 className="mt-1 mb-6 text-lg font-medium">
        <Link href={`/portal/claims/${reference}`} className="decoration-1 underline-offset-4 hover:underline">
          {title}
        </Link>
      </h3>
      <InsuranceClaimProgress state={state} />
      <p key={state} className="mt-6 border-t border-line pt-4 text-quiet">
        {next && <span className="text-ink">{`Next: ${next.title}. `}</span>}
        <span>{next ? `${next.when}.` : latest?.note}</span>
      </p>
    </div>
  );
}
