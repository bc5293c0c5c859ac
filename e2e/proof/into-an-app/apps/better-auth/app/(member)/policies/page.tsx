import { requireUser } from "@/lib/session";
import styles from "./policies.module.css";

const policies: Record<string, string[]> = {
  premium: ["Hospital, private room", "Dental", "Physiotherapy"],
  standard: ["Hospital"],
};

export default async function PoliciesPage() {
  const user = await requireUser();
  return (
    <>
      <h1>Policies</h1>
      <ul className={styles.list}>
        {policies[user.plan]?.map((policy) => (
          <li key={policy}>{policy}</li>
        ))}
      </ul>
    </>
  );
}
