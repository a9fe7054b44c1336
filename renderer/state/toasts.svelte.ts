// Short notices that name what was just done and offer to take it back. Errors never appear here alone.
export interface Toast { readonly id: number; readonly text: string; readonly undo: boolean }

const STAYS = 6000;

export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  show(text: string, { undo = false } = {}): void {
    const toast = { id: this.#next++, text, undo };
    this.list = [...this.list.slice(-2), toast];
    setTimeout(() => this.dismiss(toast.id), STAYS);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
