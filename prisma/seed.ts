import { hashPassword } from "@/lib/auth/passwords";
import { db } from "@/lib/db";

const DEMO_PASSWORD = "Portal-demo-1";

export async function seed(today = new Date()): Promise<void> {
  for (const { policies, ...user } of demoCustomers(today)) {
    const { email, uniqueIdentifier, createdAt: emailConfirmedAt } = user;
    const known = await db().user.count({ where: { OR: [{ email }, { uniqueIdentifier }] } });
    if (known > 0) {
      const unconfirmed = { email, uniqueIdentifier, emailConfirmedAt: null };
      await db().user.updateMany({ where: unconfirmed, data: { emailConfirmedAt } });
      continue;
    }
    const passwordHash = await hashPassword(DEMO_PASSWORD);
    const toClaim = ({ history, ...claim }: (typeof policies)[number]["insuranceClaims"][number]) => ({
      ...claim,
      user: { connect: { email } },
      createdAt: history[0][0],
      state: history.at(-1)![1],
      history: { create: history.map(([at, state, note]) => ({ at, state, note })) },
    });
    const create = policies.map(({ covers, insuranceClaims, ...policy }) => ({
      ...policy,
      covers: { create: Object.entries(covers).map(([name, limitCents]) => ({ name, limitCents })) },
      insuranceClaims: { create: insuranceClaims.map(toClaim) },
    }));
    await db().user.create({ data: { ...user, emailConfirmedAt, passwordHash, policies: { create } } });
  }
}

/** Covers and notes are keys of "cover" and "claimNote" in messages/. */
function demoCustomers(today: Date) {
  const daysFromNow = (days: number) => new Date(today.getTime() + days * 86_400_000);
  return [
    {
      email: "john.wick@example.com",
      uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32",
      firstName: "John",
      lastName: "Wick",
      plan: "premium",
      createdAt: daysFromNow(-2200),
      policies: [
        {
          number: "HL-H-204817",
          product: "home",
          insured: "12 Lantern Quay, Portsmouth",
          premiumCents: 61_200,
          deductibleCents: 25_000,
          startsOn: daysFromNow(-143),
          endsOn: daysFromNow(222),
          covers: {
            buildings: 48_000_000,
            contents: 7_500_000,
            "escape-of-water": 2_000_000,
            "alternative-accommodation": 3_000_000,
          },
          insuranceClaims: [
            {
              title: "Burst pipe under the kitchen sink",
              description: "A joint under the sink gave way overnight. The floor and two base units are soaked.",
              incidentOn: daysFromNow(-9),
              estimatedCents: 184_000,
              history: [
                [daysFromNow(-8), "received", "received"],
                [daysFromNow(-6), "reviewing", "surveyor-visit"],
              ],
            },
          ],
        },
        {
          number: "HL-M-118203",
          product: "motor",
          insured: "Ford Mustang, JW69 BOO",
          premiumCents: 94_800,
          deductibleCents: 50_000,
          startsOn: daysFromNow(-311),
          endsOn: daysFromNow(54),
          covers: {
            "damage-to-car": 4_200_000,
            "injury-to-others": 1_000_000_000,
            windscreen: 150_000,
            "courtesy-car": 90_000,
          },
          insuranceClaims: [
            {
              title: "Stone chip in the windscreen",
              description: "A lorry threw up a stone on the A3. The chip is on the driver's side.",
              incidentOn: daysFromNow(-121),
              estimatedCents: 38_500,
              history: [
                [daysFromNow(-120), "received", "received"],
                [daysFromNow(-119), "reviewing", "quote-requested"],
                [daysFromNow(-117), "approved", "windscreen-covered"],
                [daysFromNow(-112), "paid", "glass-paid"],
              ],
            },
          ],
        },
      ],
    },
    {
      email: "jane.doe@example.com",
      uniqueIdentifier: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b",
      firstName: "Jane",
      lastName: "Doe",
      plan: "standard",
      createdAt: daysFromNow(-640),
      policies: [
        {
          number: "HL-T-310944",
          product: "travel",
          insured: "Worldwide, trips of up to 45 days",
          premiumCents: 14_400,
          deductibleCents: 10_000,
          startsOn: daysFromNow(-80),
          endsOn: daysFromNow(285),
          covers: {
            "medical-abroad": 1_000_000_000,
            cancellation: 500_000,
            baggage: 200_000,
          },
          insuranceClaims: [
            {
              title: "Suitcase lost between Lisbon and London",
              description: "The suitcase did not arrive. The airline gave me the reference LHR-88213.",
              incidentOn: daysFromNow(-33),
              estimatedCents: 62_000,
              history: [
                [daysFromNow(-32), "received", "received"],
                [daysFromNow(-30), "reviewing", "airline-report"],
              ],
            },
          ],
        },
      ],
    },
  ] as const;
}
