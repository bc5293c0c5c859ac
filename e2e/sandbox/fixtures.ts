export * from "../fixtures";
export * from "../proof/chat";
