"use client";

// Inside the portal's layout, so that the navigation and Sign out stay available.
export { Problem as default } from "@/components/portal/problem";
