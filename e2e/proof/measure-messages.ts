import type { FrameLocator, Page } from "@playwright/test";

/** How long a message takes from one window to the other, in milliseconds: the median of several. */
export type MessageFigures = { toDesk: number; toCustomer: number };

/**
 * Lets a customer and an agent, in two browsers, write to each other, and says how long each message took
 * from the click on Send until the other has it on the screen.
 *
 * @param chat the customer's chat, open and connected
 * @param desk the agent's desk, with this customer's ticket chosen
 */
export async function measureMessages(chat: FrameLocator, desk: Page, rounds = 7): Promise<MessageFigures> {
  const toDesk: number[] = [];
  const toCustomer: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await chat.getByLabel("Message").fill(`question ${round}`);
    toDesk.push(
      await measure(
        () => chat.getByRole("button", { name: "Send" }).click(),
        () => desk.getByRole("log").getByText(`question ${round}`, { exact: true }).waitFor(),
      ),
    );
    await desk.getByLabel("Answer").fill(`answer ${round}`);
    toCustomer.push(
      await measure(
        () => desk.getByRole("button", { name: "Send answer" }).click(),
        () => chat.getByRole("log").getByText(`answer ${round}`, { exact: true }).waitFor(),
      ),
    );
  }
  return { toDesk: median(toDesk), toCustomer: median(toCustomer) };
}

export const formatMessages = ({ toDesk, toCustomer }: MessageFigures) =>
  `Send to the desk ${toDesk} ms, back to the customer ${toCustomer} ms (medians)`;

async function measure(act: () => Promise<void>, arrive: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  await arrive();
  return Math.round(performance.now() - start);
}

export const median = (figures: number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;
