import { currentCustomer } from "@/lib/current-customer";
import { policiesOf } from "@/lib/policies";

export default async function PoliciesPage() {
  const customer = await currentCustomer();
  return (
    <>
      <h1 className="mb-4 text-3xl font-semibold">Policies</h1>
      <table className="w-full text-left">
        <thead>
          <tr className="border-b">
            <th className="py-2">Number</th>
            <th>Policy</th>
          </tr>
        </thead>
        <tbody>
          {policiesOf(customer).map(({ number, title }) => (
            <tr key={number} className="border-b border-stone-200">
              <td className="py-2">{number}</td>
              <td>{title}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
