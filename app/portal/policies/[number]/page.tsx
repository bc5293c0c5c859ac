import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { PhoneLink } from "@/components/portal/phone-link";
import { PolicyStatus } from "@/components/portal/status";
import { buttonClass } from "@/components/ui/button";
import { ArrowIcon, DocumentIcon } from "@/components/ui/icons";
import { PageHeading } from "@/components/ui/page-heading";
import { Pagination } from "@/components/ui/pagination";
import { getUser, requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { formatDate, formatMoney } from "@/lib/portal/format";
import { formatReference, listPolicyInsuranceClaims } from "@/lib/portal/insurance-claims";
import { findPolicy, PRODUCT_NAMES, readTerm } from "@/lib/portal/policies";

type Props = PageProps<"/portal/policies/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { number } = await params;
  const user = await getUser();
  const policy = user && (await findPolicy(user, number));
  return { title: policy ? `${PRODUCT_NAMES[policy.product]} ${number}` : "Policy" };
}

export default async function PolicyPage({ params, searchParams }: Props) {
  const { number } = await params;
  const user = await requireUser();
  const policy = await findPolicy(user, number);
  if (!policy) notFound();
  const { state } = readTerm(policy);
  const { insuranceClaims, page, pages } = await listPolicyInsuranceClaims(user, number, (await searchParams).page);

  return (
    <>
      <PageHeading
        title={PRODUCT_NAMES[policy.product]}
        back={{ href: "/portal/policies", text: "All policies" }}
        action={
          state !== "upcoming" && (
            <Link href={`/portal/claims/new?policy=${number}`} className={buttonClass("primary")}>
              File a claim
            </Link>
          )
        }
      >
        {policy.insured}
      </PageHeading>

      {state === "ending" && (
        <p className="notice mb-8 max-w-none bg-lamp-soft">
          <span>
            Your cover ends on <span className="whitespace-nowrap">{formatDate(policy.endsOn)}</span>. To renew it, call{" "}
            <PhoneLink />, {brand.hours}.
          </span>
        </p>
      )}

      <dl className="grid grid-cols-2 gap-x-6 gap-y-6 border-y border-line py-6 lg:grid-cols-4">
        <div>
          <dt className="text-sm text-quiet">You pay</dt>
          <dd className="mt-1">
            <span className="figure text-2xl">{formatMoney(policy.premiumCents)}</span>{" "}
            <span className="text-sm text-quiet">a year</span>
          </dd>
        </div>
        <div>
          <dt className="text-sm text-quiet">Your deductible</dt>
          <dd className="mt-1">
            <span className="figure text-2xl">{formatMoney(policy.deductibleCents)}</span>{" "}
            <span className="text-sm text-quiet">per claim</span>
          </dd>
        </div>
        <div>
          <dt className="text-sm text-quiet">Covered until</dt>
          <dd className="mt-1 tabular-nums lg:pt-2">{formatDate(policy.endsOn)}</dd>
          <dd className="text-sm">
            <PolicyStatus {...policy} />
          </dd>
        </div>
        <div>
          <dt className="text-sm text-quiet">Policy number</dt>
          <dd className="mt-1 tabular-nums lg:pt-2">{policy.number}</dd>
          <dd className="text-sm text-quiet">since {formatDate(policy.startsOn)}</dd>
        </div>
      </dl>

      <div className="mt-10 grid gap-x-16 gap-y-10 lg:grid-cols-[3fr_2fr]">
        <section>
          <h2>What is covered</h2>
          <table className="mt-4 w-full">
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
                  <td className="py-3 text-end whitespace-nowrap">
                    <span className="text-sm text-quiet">up to</span>{" "}
                    <span className="figure text-lg">{formatMoney(limitCents)}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>

        <div className="grid content-start gap-10">
          <section>
            <h2>Documents</h2>
            <ul className="mt-4 border-y border-line">
              <li>
                <Link
                  href={`/portal/policies/${number}/schedule`}
                  className="row grid-cols-[auto_1fr_auto] items-center"
                >
                  <span className="row-icon">
                    <DocumentIcon />
                  </span>
                  <span>
                    <span className="row-title block font-medium">Policy schedule</span>
                    <span className="block text-sm text-quiet">Read, print or save as PDF</span>
                  </span>
                  <ArrowIcon className="size-5 text-quiet" />
                </Link>
              </li>
            </ul>
          </section>
          <section>
            <h2>Claims on this policy</h2>
            {insuranceClaims.length === 0 && <p className="mt-2 text-quiet">None yet.</p>}
            <ul className="mt-2">
              {insuranceClaims.map((insuranceClaim) => (
                <li key={insuranceClaim.number} className="py-1.5">
                  <Link href={`/portal/claims/${formatReference(insuranceClaim)}`} className="link">
                    {insuranceClaim.title}
                  </Link>
                </li>
              ))}
            </ul>
            <Pagination
              label="Pages of claims on this policy"
              path={`/portal/policies/${number}`}
              page={page}
              pages={pages}
            />
          </section>
        </div>
      </div>
    </>
  );
}
