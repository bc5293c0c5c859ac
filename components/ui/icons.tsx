import type { ReactNode } from "react";

export type IconProps = { className?: string };

/** An icon on a 20 px grid. Marked as pure where it is called, so that a page loads only the icons it shows. */
export function icon(paths: ReactNode) {
  return function Icon({ className = "size-5" }: IconProps) {
    return (
      <svg
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
        className={className}
      >
        {paths}
      </svg>
    );
  };
}

export const ArrowIcon = /* @__PURE__ */ icon(<path d="M4 10h12m-4.5-4.5L16 10l-4.5 4.5" />);
export const BackIcon = /* @__PURE__ */ icon(<path d="M16 10H4m4.5-4.5L4 10l4.5 4.5" />);
export const CheckIcon = /* @__PURE__ */ icon(<path d="m4 10.5 4 4 8-9" />);
export const CrossIcon = /* @__PURE__ */ icon(<path d="m5 5 10 10M15 5 5 15" />);
export const WarningIcon = /* @__PURE__ */ icon(<path d="M10 3 18 17H2L10 3Zm0 5v4m0 2.4v.1" />);
export const PrinterIcon = /* @__PURE__ */ icon(
  <path d="M6 7V3h8v4M6 14H3V8.5C3 7.7 3.7 7 4.5 7h11c.8 0 1.5.7 1.5 1.5V14h-3M6 11.5h8V17H6z" />,
);
export const DocumentIcon = /* @__PURE__ */ icon(<path d="M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15M7.5 10h5m-5 3.5h5" />);
export const ChatIcon = /* @__PURE__ */ icon(<path d="M3 4.5h14v9.5H9l-4 3.5V14H3zM7 8h6m-6 3h4" />);
export const ClaimIcon = /* @__PURE__ */ icon(<path d="M4 3v14M4 4h11l-2.5 3.5L15 11H4" />);
export const ShieldIcon = /* @__PURE__ */ icon(
  <path d="M10 2.5 16.5 5v4.5c0 4-2.7 6.7-6.5 8-3.8-1.3-6.5-4-6.5-8V5zM7.2 10l2 2 3.6-4" />,
);
