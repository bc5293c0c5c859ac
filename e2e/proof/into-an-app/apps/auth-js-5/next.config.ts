import path from "node:path";
import type { NextConfig } from "next";

const nextConfig: NextConfig = {
  // The folder with the lock file and node_modules.
  turbopack: { root: path.join(__dirname, "../..") },
};

export default nextConfig;
