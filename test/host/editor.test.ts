import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the editor that the suite runs in', () => {
  it('is at least the minimum that the manifest promises', () => {
    const [major, minor] = vscode.version.split('.').map(Number);
    assert.ok(major! > 1 || minor! >= 100, `VS Code ${vscode.version} is older than 1.100`);
  });

  it('has a folder open and trusts it', () => {
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
    assert.equal(vscode.workspace.isTrusted, true);
  });
});
