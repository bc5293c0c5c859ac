/**
 * The server of Glassix's guide, rewritten with the libraries that it names: `POST /api/glassix-identity` takes an
 * email from the body, looks it up in an object and signs. It has neither authentication nor a database.
 *
 * The one change: with SECRET_AS=KeyObject, the secret is parsed once and not for every signature.
 */
import { createSecretKey } from "node:crypto";
import express from "express";
import jwt from "jsonwebtoken";

const GLASSIX_API_KEY = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const GLASSIX_API_SECRET = "your-department-api-secret";
const secret =
  process.env.SECRET_AS === "KeyObject" ? createSecretKey(Buffer.from(GLASSIX_API_SECRET)) : GLASSIX_API_SECRET;

const users = {
  "john.wick@example.com": {
    uuid: "db79e775-81fd-4f2e-8741-9266e920cc32",
    firstName: "John",
    lastName: "Wick",
    plan: "premium",
  },
};

const app = express();
app.use(express.json());

app.post("/api/glassix-identity", (request, response) => {
  const { email } = request.body;
  if (!email) return response.status(400).json({ error: "Email is required" });
  const user = users[email];
  if (!user) return response.status(404).json({ error: "User not found" });
  const payload = {
    aud: user.uuid,
    exp: Math.floor(Date.now() / 1000) + 5 * 60 * 60,
    field1: user.firstName,
    field2: user.lastName,
    field3: user.plan,
  };
  const identityToken = jwt.sign(payload, secret, { algorithm: "HS256", issuer: GLASSIX_API_KEY });
  response.json({ uniqueIdentifier: user.uuid, identityToken });
});

app.listen(process.env.PORT);
