import * as vscode from 'vscode';
import type { Row } from '../view/row.ts';

/** A row as VS Code wants it. The tooltip comes later, when the row is hovered. */
export function treeItem(row: Row): vscode.TreeItem {
  const item = new vscode.TreeItem(
    row.label,
    row.collapsible === 'none'
      ? vscode.TreeItemCollapsibleState.None
      : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = row.id;
  if (row.description !== undefined) {
    item.description = row.description;
  }
  item.iconPath =
    row.icon.color === undefined
      ? new vscode.ThemeIcon(row.icon.id)
      : new vscode.ThemeIcon(row.icon.id, new vscode.ThemeColor(row.icon.color));
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.accessibleLabel };
  if (row.command !== undefined) {
    item.command = {
      command: row.command.id,
      title: row.command.title,
      arguments: [...row.command.arguments],
    };
  }
  return item;
}

/** A tooltip of Markdown that runs nothing: no command links, no HTML. */
export function plainTooltip(markdown: string | undefined): vscode.MarkdownString | undefined {
  return markdown === undefined ? undefined : new vscode.MarkdownString(markdown);
}
