import { icon, type IconProps } from "@/components/ui/icons";
import type { PolicyProduct } from "@/prisma/generated/enums";

const HomeIcon = /* @__PURE__ */ icon(<path d="M2.5 9.5 10 3l7.5 6.5M4.5 8v9h11V8M8.5 17v-5h3v5" />);
const MotorIcon = /* @__PURE__ */ icon(
  <path d="M3 14.5v-4L5 5.5h10l2 5v4zM3 10.5h14M5 14.5v2m10-2v2M5.8 12.5h.9m6.6 0h.9" />,
);
const TravelIcon = /* @__PURE__ */ icon(<path d="M4 7h12v10H4zM7.5 7V3.5h5V7M7.5 10v4m5-4v4" />);
const BoatIcon = /* @__PURE__ */ icon(<path d="M10 2.5v9M10 3.5l5.5 8H10M7.5 6.5 4.5 11.5h3zM2.5 14h15l-2 3.5h-11z" />);

const PRODUCT_ICONS = { home: HomeIcon, motor: MotorIcon, travel: TravelIcon, boat: BoatIcon };

export function ProductIcon({ product, className }: IconProps & { product: PolicyProduct }) {
  const Icon = PRODUCT_ICONS[product];
  return <Icon className={className} />;
}
