import type { SignInResult } from "@/lib/auth/sign-in";

/** What to say when a sign-in did not work. The same for every e-mail, whether it has an account or not. */
export function explainSignIn(result: Exclude<SignInResult, "signed-in">): string {
  if (result === "refused") return "That e-mail and password do not match. Check both and try again.";
  if (result === "unavailable") return "We cannot sign you in just now. Please try again in a minute.";
  const minutes = Math.ceil(result.lockedFor / 60);
  return `There were too many wrong passwords. Wait ${minutes} ${minutes === 1 ? "minute" : "minutes"}, then try again, or call us.`;
}

/** The same for the codes with which NextAuth, or a redirect, comes back to the login page. */
export function explainSignInCode(code: string): string {
  const lockedFor = Number(/^locked-(\d{1,6})$/i.exec(code)?.[1]);
  if (lockedFor) return explainSignIn({ lockedFor });
  switch (code.slice(0, 40).toLowerCase()) {
    case "credentialssignin":
    case "refused":
      return explainSignIn("refused");
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
