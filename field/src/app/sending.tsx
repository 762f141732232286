/** What waits, what was refused and why, when all was in: in plain words. */
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import { _, words } from "../core/text";
import { KINDS } from "../core/generated/kinds";
import type { Kind } from "../core/entries/base";
import { moment, say } from "../messages";
import { acknowledge, needAttention, ownOf, type OutboxRow } from "../store/outbox";
import { Carry } from "../people/Carry";
import { vault } from "../store/session";
import { saveExport } from "../sync/export";
import { isEverythingIn, syncing, syncNow, whole, why } from "../sync/run";
import { Why } from "./enrol";
import { cases } from "./office";
import { db, standing } from "./phone";
import { href } from "./routes";
import { StorageCheck } from "./storage";
import { countUnsent, unsent } from "./unsent";
import { Button, ButtonLink, Notice, Page } from "./ui";

export default function Sending() {
  useEffect(() => void countUnsent(), []);
  const { waiting, held, settling, attention, files, drafts } = unsent.value;
  const wholeAt = standing.value?.wholeAt;
  const exported = useSignal<boolean | null>(null);
  const counts: [number, string][] = [
    [waiting, _("Entries that wait to be sent")],
    [held, _("Entries that wait at the office for an earlier one")],
    [settling, _("Entries that arrived and are being confirmed")],
    [files, _("Photos and signatures that wait to be sent")],
    [drafts, _("Begun forms of cases that have left this phone")],
  ];
  return (
    <Page title={_("Sending")}>
      {syncing.value ? null : isEverythingIn.value ? (
        <Notice kind="good">
          <p>
            <strong>{say(_("Everything is in."))}</strong>
          </p>
        </Notice>
      ) : waiting || files || held || settling || drafts ? (
        <Notice kind="warn">{say(_("Not everything has been sent yet. It is safe on this phone until then."))}</Notice>
      ) : !wholeAt ? (
        !why.value && <Notice>{say(_("Fetch your cases once before you leave."))}</Notice>
      ) : (
        !whole.value && <Notice>{say(words(_("Nothing waits. What is new at the office since %(at)s is not known."), { at: moment(wholeAt) }))}</Notice>
      )}
      {standing.value?.copied && <Copied />}
      <Why />
      <dl class="facts">
        {counts
          .filter(([n]) => n > 0)
          .map(([n, label]) => (
            <Fragment key={label}>
              <dt>{say(label)}</dt>
              <dd>{n}</dd>
            </Fragment>
          ))}
        <dt>{say(_("Cases on this phone"))}</dt>
        <dd>{cases.value.size}</dd>
        <dt>{say(_("Everything was in at"))}</dt>
        <dd>{wholeAt ? moment(wholeAt) : say(_("not yet"))}</dd>
      </dl>
      <Button kind="main" onClick={() => syncNow()} isBusy={syncing.value}>
        {say(syncing.value ? _("Sending and fetching …") : _("Send and fetch now"))}
      </Button>
      {attention > 0 && <Attention count={attention} />}
      <h2>{say(_("Before a trip"))}</h2>
      <StorageCheck />
      <Carry />
      <h2>{say(_("No signal for days?"))}</h2>
      <p>{say(_("Save a sealed file of what waits on a USB stick, or pass it on by Bluetooth, and bring it to the office. Only the office can open it, and nothing is counted twice."))}</p>
      <Button
        onClick={async () => {
          exported.value = await saveExport();
        }}
      >
        {say(_("Save a sealed file"))}
      </Button>
      {exported.value === false && <Notice>{say(_("Nothing waits: the file is empty."))}</Notice>}
      <ButtonLink kind="quiet" href={href("pengaturan")}>
        {say(_("Settings"))}
      </ButtonLink>
    </Page>
  );
}

/** Another phone goes on from a copy of this one: both send, but only one may stay what it is. */
const Copied = () => (
  <Notice kind="warn">
    <p>
      <strong>{say(_("This phone is used twice."))}</strong>
    </p>
    <p>{say(_("It was copied, or put back to an old copy, and the office cannot tell the two apart. Nothing that you wrote is lost. Send everything, then ask the office for a new code and erase this phone under Settings to begin anew."))}</p>
  </Notice>
);

function Attention({ count }: { count: number }) {
  const rows = useSignal<{ row: OutboxRow; kind: Kind | null }[]>([]);
  useEffect(() => {
    void needAttention(db()).then(async (found) => {
      rows.value = await Promise.all(
        found.map(async (row) => ({ row, kind: ((await ownOf(vault.value!, row))?.kind ?? null) as Kind | null })),
      );
    });
  }, [count]);
  const told = async ({ seq }: OutboxRow) => {
    await acknowledge(db(), seq);
    await countUnsent();
  };
  return (
    <section>
      <h2>{say(_("Needs attention"))}</h2>
      <p>{say(_("The office has kept these, but did not take them up as they are. Tell your supervisor; nothing was lost."))}</p>
      <ul class="list">
        {rows.value.map(({ row, kind }) => (
          <li key={row.seq}>
            <p>
              <strong>{kind ? say(KINDS[kind].title) : say(_("An entry"))}</strong>
              {cases.value.get(row.stream)?.name && <> · {cases.value.get(row.stream)!.name}</>}
              <br />
              <small>{say(words(_("Number %(n)s, written %(at)s"), { n: row.seq, at: moment(row.written) }))}</small>
              <br />
              {row.answer?.words}
            </p>
            <Button onClick={() => told(row)}>{say(_("I have told my supervisor"))}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
