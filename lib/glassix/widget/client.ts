/**
 * What Glassix documents of its widget. The spelling of `visiblity` is theirs.
 *
 * @see https://docs.glassix.com/reference/chat-widget-methods
 * @see https://docs.glassix.com/reference/chat-widget-events
 */
export interface WidgetClient {
  attach(): void;
  /** Removes the widget from the page and from memory. There is no way back: make a new one. */
  destroy(): void;
  setWidgetVisiblity(isVisible: boolean): void;
  getIframeUri(): Promise<string>;
}

export type WidgetEvents = {
  attached?: () => void;
  initialized?: () => void;
  destroyed?: () => void;
  visiblity?: (isVisible: boolean) => void;
  newTicket?: (nextTicketId: number) => void;
  newMessage?: () => void;
  protocolBadgeClicked?: (protocolType: string, departmentIdentifier: string) => void;
};

export type WidgetOptions = {
  apiKey: string;
  snippetId: string;
  uniqueIdentifier?: string;
  identityToken?: string;
  events?: WidgetEvents;
};

export type WidgetConstructor = new (options: WidgetOptions) => WidgetClient;

declare global {
  var GlassixWidgetClient: WidgetConstructor | undefined;
  interface Window {
    /** The living client, as the published snippet leaves it. */
    widgetClient?: WidgetClient;
    /** A page may define it; called after each attach, as the published snippet does. */
    glassixWidgetScriptLoaded?: () => void;
  }
}
