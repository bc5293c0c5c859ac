export function Harbour({ className = "" }: { className?: string }) {
  return (
    <svg viewBox="0 0 560 520" preserveAspectRatio="xMidYMax slice" aria-hidden className={`harbour ${className}`}>
      <path className="fill-lamp" opacity=".13" d="M386 163-3000-766v816zM386 163 2400-201v744z" />
      <path className="fill-lamp" opacity=".2" d="M386 163-3000-595v474z" />
      <path
        className="stroke-on-night"
        strokeWidth="2.8"
        strokeLinecap="round"
        d="M84 60h0M176 28h0M262 74h0M486 46h0M530 262h0M36 286h0M470 300h0"
      />
      <path className="fill-night-line" d="M30 372v-24h26v-34h22v34h18v-14l14-10 14 10v14h26v-10h24v34z" />
      <path className="fill-lamp" d="M64 322h6v8h-6zM108 348h5v7h-5zM156 350h5v6h-5z" />
      <path className="fill-sea" d="M-3000 372H3000v600H-3000z" />
      <path className="fill-on-night" d="M386 122l34 28h-68zM350 178h72v10h-72z" />
      <path className="fill-lamp" d="M366 150h40v28h-40z" />
      <path className="fill-night" d="M378 150h3v28h-3zM391 150h3v28h-3z" />
      <path className="fill-on-night" d="M362 188h48l16 186h-80z" />
      <path className="fill-deep-flat" d="M358.5 230h55l3.6 42h-62.2zM351.3 314h69.4l3.6 42h-76.6z" />
      <path className="fill-night" d="M380 202h12v16h-12zM379 286h14v16h-14zM377 352h18v22h-18z" />
      <path className="fill-rock" d="M262 400l40-22 34-10h96l40 12 36 4 34 16z" />
      <g fill="none" strokeWidth="2.5" strokeLinecap="round" className="stroke-lamp">
        <path d="M340 428h92M318 446h34m18 0h86M352 464h54m16 0h20M336 484h70M372 504h44" />
      </g>
      <g fill="none" strokeWidth="2" strokeLinecap="round" className="stroke-wave">
        <path d="M20 404h60M130 396h44M4 440h90m24 0h40M180 424h56M220 466h48M36 480h110M160 502h96M500 436h44M476 474h60M10 512h64" />
      </g>
      <path className="fill-on-night" d="M196 340v50h-34zM202 352v38h22z" />
      <path className="fill-on-night" d="M154 396h80l-12 16h-56z" />
      <path className="fill-lamp" d="M198 332h3v8h-3z" />
    </svg>
  );
}
