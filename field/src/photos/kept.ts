/** Photos as text, so that a draft can keep them sealed like everything else that was not handed in yet. */

export const asText = (photo: Blob): Promise<string> =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as string);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(photo);
  });

export function fromText(text: string): Blob {
  const [head, data = ""] = text.split(",");
  const type = /^data:([^;]+)/.exec(head!)?.[1] ?? "image/jpeg";
  return new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type });
}
