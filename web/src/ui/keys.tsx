/** Keys as they are pressed, one after the other or together: `g i`, `Ctrl K`. */

export function Keys({ keys }: { keys: string }) {
  return (
    <kbd className="flex shrink-0 gap-1 font-sans text-xs text-muted">
      {keys.split(' ').map((key) => (
        <span
          key={key}
          className="min-w-5.5 rounded border border-line-strong bg-sunken px-1.5 text-center leading-5"
        >
          {key === 'Ctrl' && isApple() ? '⌘' : key}
        </span>
      ))}
    </kbd>
  );
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
