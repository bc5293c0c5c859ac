import { JANE, JOHN, PASSWORD } from "../fixtures";

export type Customer = { email: string; password: string };

const { CHECKLIST_FIRST, CHECKLIST_SECOND, CHECKLIST_PASSWORD, CHECKLIST_SECOND_PASSWORD } = process.env;
const password = CHECKLIST_PASSWORD || PASSWORD;

export const FIRST: Customer = { email: CHECKLIST_FIRST || JOHN.email, password };
export const SECOND: Customer = {
  email: CHECKLIST_SECOND || JANE.email,
  password: CHECKLIST_SECOND_PASSWORD || password,
};
