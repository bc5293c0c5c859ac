"use client";

import { useState, type FormEvent } from "react";
import {
  DEFAULT_SETTINGS,
  DESK_SETTINGS,
  type SettingGroup,
  type SettingName,
  type Settings,
} from "@/app/sandbox/_lib/settings-list";
import { sendJson } from "./send-json";

type Scope = "browser" | "all";
const SCOPES = { browser: "this browser", all: "all browsers" };

type Setting = SettingGroup["settings"][number] & { choices: string[] | { least: number; most: number } };

type Props = {
  groups: (Omit<SettingGroup, "settings"> & { settings: Setting[] })[];
  saved: Record<Scope, Partial<Settings>>;
  isDeskOpen: boolean;
};

export function SettingsForm({ groups, saved, isDeskOpen }: Props) {
  const [scope, setScope] = useState<Scope>("browser");
  const [values, setValues] = useState(saved);
  const [message, setMessage] = useState<{ isError: boolean; text: string } | null>(null);
  const inherited: Settings = { ...DEFAULT_SETTINGS, ...(scope === "browser" ? values.all : {}) };
  const shown: Settings = { ...inherited, ...values[scope] };

  function change(name: SettingName, value: string | number) {
    setMessage({ isError: false, text: "Not saved yet." });
    const own: Partial<Settings> = { ...values[scope], [name]: value };
    if (value === inherited[name]) delete own[name];
    setValues({ ...values, [scope]: own });
  }

  async function save(own: Partial<Settings>) {
    const answer = await sendJson("PUT", "/sandbox/api/settings", { scope, values: own });
    if (!answer.ok) return setMessage({ isError: true, text: answer.error });
    setValues({ ...values, [scope]: own });
    const action = Object.keys(own).length > 0 ? "Saved" : "Reset to defaults";
    setMessage({ isError: false, text: `${action} for ${SCOPES[scope]}.` });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void save(values[scope]);
  }

  return (
    <form onSubmit={submit} className="mt-6">
      <fieldset className="flex flex-wrap gap-x-6 gap-y-1 font-mono text-sm">
        <legend className="sm:float-start sm:me-6">Apply to</legend>
        {(["browser", "all"] as const).map((name) => (
          <label key={name} className="flex items-center gap-2 first-letter:uppercase">
            <input
              type="radio"
              name="scope"
              checked={scope === name}
              onChange={() => {
                setScope(name);
                setMessage(null);
              }}
              disabled={name === "all" && !isDeskOpen}
            />
            <span className="first-letter:uppercase">{SCOPES[name]}</span>
          </label>
        ))}
      </fieldset>

      {groups.map((group) => (
        <section key={group.title} aria-labelledby={`group-${group.title}`}>
          <h2 id={`group-${group.title}`} className="mt-10 mb-2 text-sm/5 font-semibold">
            {group.title}{" "}
            <span className="ms-2 rounded-control border border-edge px-2 py-px text-[12px] font-normal whitespace-nowrap">
              {group.basis}
            </span>
          </h2>
          <p className="mb-3 text-quiet">{group.about}</p>
          {group.settings.map((setting) => (
            <SettingRow
              // Remounts the uncontrolled number fields.
              key={`${scope} ${setting.name}`}
              setting={setting}
              value={shown[setting.name]}
              isChanged={shown[setting.name] !== inherited[setting.name]}
              isLocked={!isDeskOpen && DESK_SETTINGS.includes(setting.name)}
              onChange={(value) => change(setting.name, value)}
            />
          ))}
        </section>
      ))}

      {/* The chat's launcher is in the lower right corner. */}
      <div className="-mt-px flex flex-wrap items-center justify-end gap-x-3 gap-y-2 border-t border-line bg-paper pt-3 pb-4 sm:sticky sm:bottom-0 sm:max-[950px]:pe-19">
        <p role="status" className={`min-w-40 flex-1 ${message?.isError ? "text-bad" : "text-quiet"}`}>
          {message?.text}
        </p>
        <button
          type="reset"
          className="button button-quiet"
          onClick={() => {
            setValues({ ...values, [scope]: {} });
            void save({});
          }}
        >
          Reset to defaults
        </button>
        <button className="button button-primary">Save settings</button>
      </div>
    </form>
  );
}

type RowProps = {
  setting: Setting;
  value: string | number;
  isChanged: boolean;
  isLocked: boolean;
  onChange(value: string | number): void;
};

function SettingRow({ setting, value, isChanged, isLocked, onChange }: RowProps) {
  const { name, title, about, unit, choices } = setting;
  const shared = {
    id: name,
    disabled: isLocked,
    "aria-describedby": `about-${name}`,
    // Keeps a focused field clear of the sticky buttons.
    className: "control min-h-10 scroll-mb-20 py-1.5 disabled:cursor-not-allowed disabled:opacity-50",
  };
  return (
    <div
      className={`grid items-start gap-2 border-t border-line py-3.5 sm:grid-cols-[1fr_240px] sm:gap-8 ${isChanged ? "relative before:absolute before:inset-y-0 before:-start-[15px] before:border-s-3 before:border-ink" : ""}`}
    >
      <div>
        <label htmlFor={name} className="font-mono text-sm font-semibold">
          {title}
        </label>
        <p id={`about-${name}`} className="text-sm/5 text-quiet">
          {isLocked && <strong>Desk only. </strong>}
          {about}
        </p>
      </div>
      {Array.isArray(choices) ? (
        <select {...shared} value={value} onChange={({ target }) => onChange(target.value)}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <span className="grid grid-cols-[130px_1fr] items-center gap-2 font-mono text-sm text-quiet">
          <input
            {...shared}
            type="number"
            min={choices.least}
            max={choices.most}
            step={1}
            required
            // Uncontrolled: "-" alone is not a number yet.
            defaultValue={value}
            onChange={({ target }) => Number.isInteger(target.valueAsNumber) && onChange(target.valueAsNumber)}
          />
          {unit}
        </span>
      )}
    </div>
  );
}
