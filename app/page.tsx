import { connection } from "next/server";
import type { ReactNode } from "react";
import { Footer } from "@/components/portal/footer";
import { Harbour } from "@/components/portal/harbour";
import { PublicHeader } from "@/components/portal/public-header";
import { buttonClass } from "@/components/ui/button";
import { ChatIcon, ClaimIcon, ShieldIcon } from "@/components/ui/icons";
import { SoftLink } from "@/components/ui/soft-link";
import { readSessionToken } from "@/lib/auth/session";
import { brand } from "@/lib/portal/brand";

export default async function LandingPage() {
  await connection();
  const isSignedIn = (await readSessionToken()) !== null;
  return (
    <>
      <div className="on-night absolute inset-x-0 top-0 z-1 text-on-night">
        <PublicHeader>
          <SoftLink href={isSignedIn ? "/portal" : "/login"} className="link">
            {isSignedIn ? "Your portal" : "Sign in"}
          </SoftLink>
        </PublicHeader>
      </div>
      <main id="content" tabIndex={-1} className="outline-none">
        <div className="on-night relative overflow-hidden bg-night pt-18 text-on-night">
          <div className="page grid lg:min-h-[560px] lg:grid-cols-2">
            <div className="relative z-1 pt-10 pb-4 sm:pt-16 lg:py-24">
              <h1 className="max-w-[11ch] text-[2.75rem] leading-[1.08] lg:text-[3.75rem]">
                Somebody keeps the light on.
              </h1>
              <p className="mt-5 max-w-[46ch] text-lg text-balance text-on-night-quiet lg:max-w-[30ch] xl:max-w-[42ch]">
                Home, motor, travel and boat insurance from a small company in an old harbour town. See what you are
                covered for, file a claim in minutes, and ask a person who knows who is asking.
              </p>
              <div className="mt-8 flex flex-wrap gap-3">
                <SoftLink href={isSignedIn ? "/portal" : "/register"} className={buttonClass("primary")}>
                  {isSignedIn ? "Go to your portal" : "Open an account"}
                </SoftLink>
                <a href={brand.phone.href} className="button button-night">
                  Call {brand.phone.text}
                </a>
              </div>
            </div>
            <Harbour className="-mx-4 h-72 w-[calc(100%+2rem)] sm:mx-auto sm:h-96 sm:w-md sm:overflow-visible lg:absolute lg:inset-y-0 lg:right-[max(0px,calc(50%-45rem))] lg:h-full lg:w-[54%] lg:max-w-3xl" />
          </div>
        </div>
        <div className="page py-16 sm:py-24">
          <h2 className="text-2xl tracking-[-0.018em]">What you can do here, at any hour</h2>
          <ul className="mt-10 grid gap-x-12 gap-y-10 md:grid-cols-3">
            <Offer icon={<ShieldIcon />} title="See your policies">
              What is covered, up to how much, what it costs and until when. The schedule is there to print.
            </Offer>
            <Offer icon={<ClaimIcon />} title="Follow your claims">
              Five plain questions to file one. Then every step on one page: what happened, what comes next and when.
            </Offer>
            <Offer icon={<ChatIcon />} title="Chat without spelling your name">
              Once you are signed in, the person who answers knows it is you, and can be sure of it. No policy numbers,
              no security questions.
            </Offer>
          </ul>
          <section className="mt-16 grid gap-x-16 gap-y-6 border-t border-line pt-12 sm:mt-24 md:grid-cols-2">
            <div>
              <h2 className="text-2xl tracking-[-0.018em]">Rather talk?</h2>
              <p className="mt-2 text-balance text-quiet">
                A person answers, {brand.hours}. Or come by: {brand.address}.
              </p>
            </div>
            <div className="md:text-right">
              <a
                href={brand.phone.href}
                className="figure inline-block text-3xl tracking-[-0.01em] decoration-2 underline-offset-8 hover:underline"
              >
                {brand.phone.text}
              </a>
            </div>
          </section>
        </div>
      </main>
      <Footer />
    </>
  );
}

function Offer({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <li className="border-t-2 border-ink pt-5">
      <span className="text-deep">{icon}</span>
      <h3 className="mt-3 text-xl font-medium tracking-[-0.01em]">{title}</h3>
      <p className="mt-2 text-quiet">{children}</p>
    </li>
  );
}
