"use client";

export { Problem as default } from "@/components/portal/problem";
