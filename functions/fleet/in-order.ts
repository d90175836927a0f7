/** Takes results as they come and hands them on by their index, from 0, each as soon as those before it were handed on. */
export type InOrder<Result> = { put(index: number, result: Result): void };

export function inOrder<Result>(emit: (result: Result) => void): InOrder<Result> {
  const waiting = new Map<number, Result>();
  let next = 0;
  return {
    put: (index, result) => {
      waiting.set(index, result);
      for (let due = waiting.get(next); due !== undefined; due = waiting.get(next)) {
        waiting.delete(next++);
        emit(due);
      }
    },
  };
}
