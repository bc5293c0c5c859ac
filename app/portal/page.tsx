import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { InsuranceClaimProgress } from "@/components/portal/insurance-claim-progress";
import { PhoneLink } from "@/components/portal/phone-link";
import { PolicyList } from "@/components/portal/policy-list";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ArrowIcon, ClaimIcon, ShieldIcon } from "@/components/ui/icons";
import { requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { formatDate, greet } from "@/lib/portal/format";
import { findNextStep, formatReference, readInsuranceClaimOverview, STATE_NAMES } from "@/lib/portal/insurance-claims";
import { listPolicies, PRODUCT_NAMES, readTerm } from "@/lib/portal/policies";

export const metadata: Metadata = { title: "Overview" };

const MOST_OPEN_CLAIMS = 3;

export default async function OverviewPage() {
  const user = await requireUser();
  const [policies, { latest, open, openCount }] = await Promise.all([
    listPolicies(user),
    readInsuranceClaimOverview(user, MOST_OPEN_CLAIMS),
  ]);
  const ending = policies.filter((policy) => readTerm(policy).state === "ending");
  const latestNext = latest && findNextStep(latest.state, latest.latest?.at ?? latest.createdAt);

  return (
    <>
      <h1>{`${greet()}, ${user.firstName}.`}</h1>

      {open.length + ending.length > 0 ? (
        <section className="mt-8">
          <h2 className="mb-4">What needs your attention</h2>
          <ul className="divide-y divide-line rounded-card bg-lamp-soft">
            {open.map((insuranceClaim) => (
              <Attention
                key={insuranceClaim.number}
                href={`/portal/claims/${formatReference(insuranceClaim)}`}
                title={insuranceClaim.title}
                state={`Claim ${STATE_NAMES[insuranceClaim.state].toLowerCase()}`}
              >
                {insuranceClaim.latest?.note}
              </Attention>
            ))}
            {openCount > open.length && <Attention href="/portal/claims" title={`All ${openCount} open claims`} />}
            {ending.map((policy) => (
              <Attention
                key={policy.number}
                href={`/portal/policies/${policy.number}`}
                title={
                  <>
                    {PRODUCT_NAMES[policy.product]} ends{" "}
                    <span className="whitespace-nowrap">on {formatDate(policy.endsOn)}</span>
                  </>
                }
                state="Policy ending"
              >
                {policy.insured}. Call <span className="whitespace-nowrap">{brand.phone.text}</span> to renew it.
              </Attention>
            ))}
          </ul>
        </section>
      ) : (
        <p className="mt-2 text-lg text-quiet">
          {policies.length > 0
            ? "Nothing needs your attention today."
            : "Your account is ready. Your policies and claims will appear here."}
        </p>
      )}

      <div className="mt-12 grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <section>
          <div className="mb-4 flex items-baseline justify-between gap-4">
            <h2>Your policies</h2>
            {policies.length > 0 && (
              <Link href="/portal/policies" className="link text-sm">
                All policies
              </Link>
            )}
          </div>
          {policies.length > 0 ? (
            <PolicyList policies={policies.slice(0, 3)} />
          ) : (
            <EmptyState icon={<ShieldIcon />} title="No policies yet" heading="h3">
              To get started, or if a policy is missing, call <PhoneLink />, {brand.hours}.
            </EmptyState>
          )}
        </section>

        <section>
          <div className="mb-4 flex items-baseline justify-between gap-4">
            <h2>{latest ? "Your latest claim" : "Your claims"}</h2>
            {latest && (
              <Link href="/portal/claims" className="link text-sm">
                All claims
              </Link>
            )}
          </div>
          {latest ? (
            <div className="rounded-card border border-line bg-surface p-5 sm:p-6">
              <p className="text-sm text-quiet tabular-nums">
                {`${formatReference(latest)} · ${PRODUCT_NAMES[latest.policy.product]}`}
              </p>
              <h3 className="mt-1 mb-6 text-lg font-medium">
                <Link
                  href={`/portal/claims/${formatReference(latest)}`}
                  className="decoration-1 underline-offset-4 hover:underline"
                >
                  {latest.title}
                </Link>
              </h3>
              <InsuranceClaimProgress state={latest.state} />
              <p className="mt-6 border-t border-line pt-4 text-quiet">
                {latestNext ? (
                  <span key="next">
                    <span className="text-ink">{`Next: ${latestNext.title}.`}</span>{" "}
                    <span>{`${latestNext.when}.`}</span>
                  </span>
                ) : (
                  <span key="note">{latest.latest?.note}</span>
                )}
              </p>
            </div>
          ) : (
            <EmptyState
              icon={<ClaimIcon />}
              title="No claims yet"
              heading="h3"
              action={
                policies.length > 0 && (
                  <Link href="/portal/claims/new" className={buttonClass("quiet")}>
                    File a claim
                  </Link>
                )
              }
            >
              If something happens, tell us here and follow every step.
            </EmptyState>
          )}
        </section>
      </div>
    </>
  );
}

function Attention({
  href,
  title,
  state,
  children,
}: {
  href: string;
  title: ReactNode;
  state?: string;
  children?: ReactNode;
}) {
  return (
    <li>
      <Link
        href={href}
        className="group grid grid-cols-[1fr_auto] items-center gap-x-4 rounded-card px-5 py-4 -outline-offset-4"
      >
        <span>
          <span className="flex flex-wrap items-center gap-x-3">
            <span className="font-medium decoration-1 underline-offset-4 group-hover:underline">{title}</span>
            {state && <span className="text-sm text-warn">{state}</span>}
          </span>
          {children && <span className="mt-0.5 block max-w-[68ch]">{children}</span>}
        </span>
        <ArrowIcon className="size-5 text-quiet transition-transform duration-150 group-hover:translate-x-0.5" />
      </Link>
    </li>
  );
}
