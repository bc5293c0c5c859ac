import type { SignInResult } from "@/lib/auth/sign-in";

/** What to say when a sign-in failed. The same for every e-mail, whether it has an account or not. */
export function explainSignIn(result: Exclude<SignInResult, "signed-in">): string {
  if (result === "refused") return "That e-mail and password do not match. Check both and try again.";
  if (result === "unavailable") return "We cannot sign you in right now. Please try again in a minute.";
  if (result === "no-cookies")
    return "Your browser did not send our cookie back, and without cookies you cannot stay signed in. Allow cookies for this site, then try again.";
  if ("busy" in result)
    return `Many people are signing in right now. Please try again in ${result.busy > 5 ? `${result.busy} seconds` : "a few seconds"}.`;
  const minutes = Math.ceil(result.locked / 60);
  return `There were too many wrong passwords. Wait ${minutes} ${minutes === 1 ? "minute" : "minutes"}, then try again, or call us.`;
}

/** What to say for a code that NextAuth, or a redirect, adds to the address of the login page. */
export function explainSignInCode(code: string): string {
  const [, kind, seconds] = /^(locked|busy)-(\d{1,6})$/i.exec(code) ?? [];
  if (kind)
    return explainSignIn(kind.toLowerCase() === "busy" ? { busy: Number(seconds) } : { locked: Number(seconds) });
  switch (code.slice(0, 40).toLowerCase()) {
    case "credentialssignin":
    case "refused":
      return explainSignIn("refused");
    case "no-cookies":
      return explainSignIn("no-cookies");
    case "sessionrequired":
      return "Please sign in to see this page.";
    case "accessdenied":
      return "This account cannot sign in. Call us and we will find out why.";
    case "oauthsignin":
      return "Single sign-on does not answer just now. Try again in a minute, or sign in with your password.";
    case "oauthcallback":
    case "callback":
      return "Single sign-on did not work this time. Try again, or sign in with your password.";
    case "cancelled":
      return "You are not signed in: single sign-on was cancelled, or does not let you use this portal.";
    case "emailmissing":
      return "Single sign-on has not told us your e-mail address, and we need it. Add it to your account there, or call us.";
    case "emailunverified":
      return "Your e-mail address is not confirmed where you signed in. Confirm it there, then come back.";
    case "emailtaken":
      return "Another account has your e-mail address already. Call us and we will put it right.";
    case "linkexpired":
      return "That took longer than ten minutes. Continue with single sign-on once more.";
    default:
      return explainSignIn("unavailable");
  }
}
