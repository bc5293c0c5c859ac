import { LoginForm } from "@/components/login-form";

export default function LoginPage() {
  return (
    <>
      <h1 className="mb-4 text-2xl font-semibold">Members</h1>
      <LoginForm />
    </>
  );
}
