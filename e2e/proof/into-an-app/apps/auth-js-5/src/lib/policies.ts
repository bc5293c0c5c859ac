import type { Customer } from "@/lib/users";

const policies = {
  premium: [
    { number: "HM-1042", title: "Life insurance" },
    { number: "HM-1043", title: "Family health" },
  ],
  standard: [{ number: "HM-2210", title: "Health, basic" }],
};

export function policiesOf(customer: Customer) {
  return policies[customer.plan];
}
