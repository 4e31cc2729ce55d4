/** Builds the web UI (`web/`) into `dist/web`, which the server serves from its own port. */
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['MESHER_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss()],
  build: { outDir: '../dist/web', emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: true },
  server: {
    proxy: { '/api': server, '/stream': { target: server, ws: true } },
  },
});
