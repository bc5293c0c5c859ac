"use client";

import { Problem } from "@/components/ui/problem";

// Inside the portal's frame, so that the rest of the portal and signing out stay within reach.
export default Problem;
