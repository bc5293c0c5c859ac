"use client";

import { Problem } from "@/components/ui/problem";

// Inside the portal's layout, so that the navigation and Sign out stay available.
export default Problem;
