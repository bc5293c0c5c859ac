import { SignInForm } from "@/components/sign-in-form";

export default function LoginPage() {
  return (
    <main>
      <h1>Your plan</h1>
      <SignInForm />
    </main>
  );
}
