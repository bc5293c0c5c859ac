import { LoginForm } from "@/components/login-form";

export default function LoginPage() {
  return (
    <main>
      <h1>כניסה לאזור האישי</h1>
      <LoginForm />
    </main>
  );
}
