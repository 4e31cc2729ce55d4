/** Events a second, from a running count, measured each second. */
import { useEffect, useRef, useState } from 'react';

export function useRate(count: number): number {
  const latest = useRef(count);
  latest.current = count;
  const [rate, setRate] = useState(0);
  useEffect(() => {
    let before = latest.current;
    const timer = setInterval(() => {
      setRate(latest.current - before);
      before = latest.current;
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  return rate;
}
