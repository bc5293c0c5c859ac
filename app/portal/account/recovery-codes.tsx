export function RecoveryCodes({ codes }: { codes: string[] }) {
  return (
    <section aria-label="Recovery codes" className="mt-4 max-w-xl rounded-card border border-edge p-5">
      <p>
        These are your recovery codes. Each signs you in once, after your password. Print them or keep them in a safe
        place: we show them only now.
      </p>
      <ul translate="no" className="mt-5 grid gap-x-8 gap-y-2 font-mono tabular-nums">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </section>
  );
}
