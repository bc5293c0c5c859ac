import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { PrintButton } from "@/components/portal/print-button";
import { BackIcon } from "@/components/ui/icons";
import { Mark } from "@/components/ui/mark";
import { requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { formatDate, formatMoney, today } from "@/lib/portal/format";
import { findPolicy, PRODUCT_NAMES } from "@/lib/portal/policies";

export const metadata: Metadata = { title: "Policy schedule" };

export default async function SchedulePage({ params }: PageProps<"/portal/policies/[number]/schedule">) {
  const { number } = await params;
  const user = await requireUser();
  const policy = await findPolicy(user, number);
  if (!policy) notFound();

  const facts: [name: string, value: string][] = [
    ["Policy number", policy.number],
    ["Policyholder", `${user.firstName} ${user.lastName}`],
    ["Insured", policy.insured],
    ["From", `${formatDate(policy.startsOn)}, 00:00`],
    ["Until", `${formatDate(policy.endsOn)}, 24:00`],
    ["Premium", `${formatMoney(policy.premiumCents)} a year, taxes included`],
    ["Deductible", `${formatMoney(policy.deductibleCents)} per claim`],
  ];

  return (
    <div className="mx-auto max-w-3xl">
      <div className="-mt-3 mb-5 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 print:hidden">
        <Link
          href={`/portal/policies/${number}`}
          className="inline-flex min-h-11 items-center gap-2 text-sm text-quiet hover:text-ink"
        >
          <BackIcon className="size-4" /> Back to the policy
        </Link>
        <PrintButton />
      </div>
      <article className="rounded-card border border-line bg-surface px-5 py-8 sm:px-12 sm:py-12 print:border-0 print:p-0">
        <div className="flex items-center gap-2.5">
          <Mark />
          <span className="font-serif text-lg font-semibold tracking-[-0.01em]">{brand.name}</span>
        </div>
        <h1 className="mt-8">Policy schedule</h1>
        <p className="mt-2 text-lg text-quiet">{PRODUCT_NAMES[policy.product]}</p>

        <dl className="mt-8 border-t border-line">
          {facts.map(([name, value]) => (
            <div
              key={name}
              className="grid gap-x-6 border-b border-line py-3 sm:grid-cols-[11rem_1fr] print:grid-cols-[11rem_1fr]"
            >
              <dt className="text-quiet">{name}</dt>
              <dd className="tabular-nums">{value}</dd>
            </div>
          ))}
        </dl>

        <table className="mt-10 w-full">
          <caption className="mb-3 text-start font-serif text-xl font-medium tracking-[-0.01em]">
            What is covered, and up to how much
          </caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">Cover</th>
              <th scope="col">Up to</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-y border-line">
            {policy.covers.map(({ name, limitCents }) => (
              <tr key={name}>
                <th scope="row" className="py-3 pe-4 text-start font-normal">
                  {name}
                </th>
                <td className="figure py-3 text-end text-lg">{formatMoney(limitCents)}</td>
              </tr>
            ))}
          </tbody>
        </table>

        <p className="mt-10 text-sm text-quiet">
          Issued on {formatDate(today())} by {brand.name}, {brand.address}. Questions: {brand.phone.text}, {brand.hours}
          . {brand.disclaimer}
        </p>
      </article>
    </div>
  );
}
