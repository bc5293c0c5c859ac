const PATHS = {
  arrow: "M4 10h12m-4.5-4.5L16 10l-4.5 4.5",
  back: "M16 10H4m4.5-4.5L4 10l4.5 4.5",
  check: "m4 10.5 4 4 8-9",
  cross: "m5 5 10 10M15 5 5 15",
  warning: "M10 3 18 17H2L10 3Zm0 5v4m0 2.4v.1",
  printer: "M6 7V3h8v4M6 14H3V8.5C3 7.7 3.7 7 4.5 7h11c.8 0 1.5.7 1.5 1.5V14h-3M6 11.5h8V17H6z",
  chat: "M3 4.5h14v9.5H9l-4 3.5V14H3zM7 8h6m-6 3h4",
  flag: "M4 3v14M4 4h11l-2.5 3.5L15 11H4",
  shield: "M10 2.5 16.5 5v4.5c0 4-2.7 6.7-6.5 8-3.8-1.3-6.5-4-6.5-8V5zM7.2 10l2 2 3.6-4",
  home: "M2.5 9.5 10 3l7.5 6.5M4.5 8v9h11V8M8.5 17v-5h3v5",
  motor: "M3 14.5v-4L5 5.5h10l2 5v4zM3 10.5h14M5 14.5v2m10-2v2M5.8 12.5h.9m6.6 0h.9",
  travel: "M4 7h12v10H4zM7.5 7V3.5h5V7M7.5 10v4m5-4v4",
  boat: "M10 2.5v9M10 3.5l5.5 8H10M7.5 6.5 4.5 11.5h3zM2.5 14h15l-2 3.5h-11z",
};

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = "size-5" }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden className={`icon icon-${name} ${className}`}>
      <path d={PATHS[name]} />
    </svg>
  );
}
