// The widget's interface as Glassix documents it, including the spelling of `visiblity`:
// https://docs.glassix.com/reference/chat-widget-methods and https://docs.glassix.com/reference/chat-widget-events
export interface WidgetClient {
  attach(): void;
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
    widgetClient?: WidgetClient;
    glassixWidgetScriptLoaded?: () => void;
  }
}
