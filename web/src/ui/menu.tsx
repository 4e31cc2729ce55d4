/** A menu on a button: items, one level. What opens loads when it is first wanted. */
import { lazy } from 'react';
import type { MenuProps } from './menu-popup.tsx';
import { OpenedOnce } from './opened-once.tsx';

const load = () => import('./menu-popup.tsx');
const MenuPopup = lazy(async () => ({ default: (await load()).MenuPopup }));
export const MenuItem = lazy(async () => ({ default: (await load()).MenuItem }));
export const MenuSeparator = lazy(async () => ({ default: (await load()).MenuSeparator }));

export function Menu(props: MenuProps) {
  return (
    <OpenedOnce {...props} load={load}>
      <MenuPopup {...props} />
    </OpenedOnce>
  );
}
