#!/usr/bin/env node
/** `mesher` of the published package. Old syntax, so that an old Node can read the version that it lacks. */
'use strict';
var found = process.versions.node.split('.').map(Number);
if (found[0] < 22 || (found[0] === 22 && found[1] < 18)) {
  process.stderr.write(
    'mesher: needs Node 22.18 or newer; this is ' + process.version + '. Current ones: https://nodejs.org\n',
  );
  process.exitCode = 1;
} else {
  void import('../dist/main.js');
}
