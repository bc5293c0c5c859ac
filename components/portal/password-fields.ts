const password = { name: "password", label: "Password", kind: "password" } as const;

export const currentPasswordField = { ...password, autoComplete: "current-password" } as const;

export const newPasswordField = {
  ...password,
  autoComplete: "new-password",
  hint: "At least 10 characters. Three unrelated words work well.",
} as const;
