// Files on their way into a message: chosen, dropped or pasted, and checked.
import { useEffect, useState } from "preact/hooks";
import { language, t } from "../languages/language.ts";
import { problem, sizeText } from "../../../shared/files.ts";

/** Files chosen and not yet sent, and why others were not taken. */
export function useFiles(allowed: boolean, limit: number) {
  const [files, setFiles] = useState<File[]>([]);
  const [refused, setRefused] = useState("");
  const add = (list: Iterable<File>) => {
    if (!allowed) return;
    const taken = [...files];
    setRefused("");
    for (const file of list) {
      const why = problem(file, taken.length, limit);
      if (why) setRefused(t(why, { name: file.name, size: sizeText(limit, language()) }));
      else taken.push(file);
    }
    setFiles(taken);
  };
  const clear = () => {
    setFiles([]);
    setRefused("");
  };
  return { files, refused, add, clear, remove: (file: File) => setFiles(files.filter((one) => one !== file)) };
}

export function useDrop(allowed: boolean, add: (files: Iterable<File>) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (!allowed) return;
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(event.type === "dragover");
      if (event.type === "drop") add(event.dataTransfer.files);
    };
    const leave = (event: DragEvent) => event.relatedTarget || setOver(false);
    addEventListener("dragover", drag);
    addEventListener("drop", drag);
    addEventListener("dragleave", leave);
    return () => {
      removeEventListener("dragover", drag);
      removeEventListener("drop", drag);
      removeEventListener("dragleave", leave);
    };
  });
  return over;
}
