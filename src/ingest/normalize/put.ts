/** Sets a property only when there is a value: absent stays absent, so that events stay small and comparable. */
export function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}
