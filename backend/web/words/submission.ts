/** What the pages of public submission and its review say; only those pages load them. As en.ts, for translators. */
import type { Language } from './words.ts'

const en = {
  submitTitle: 'Submit data',
  submitLead:
    'Propose a dataset for this catalogue. You need no account. An administrator reviews every submission; nothing is public before.',
  haveToken:
    'You are signed in, so you can publish without review. Use the metadata editor, unless you want somebody to look at it first.',
  openEditor: 'Open the metadata editor',
  keptHere: 'What you enter is kept in this browser until you submit it.',
  startOver: 'Clear the form',
  startOverTitle: 'Clear the form?',
  startOverText: 'Everything you entered here is forgotten, and the file is removed from the server.',
  startOverConfirm: 'Clear it',
  sections: { 1: 'About the dataset', 2: 'Where and when', 3: 'The file' },
  sectionList: 'Sections of the form',
  sectionOf: (section: number) => `Section ${section} of 3`,
  toSection: (title: string) => `Next: ${title}`,
  backTo: (title: string) => `Back: ${title}`,

  // Section 1
  aboutText:
    'Say what the dataset is, who looks after it, and what others may do with it. What is marked (needed) is needed.',
  titleHint: 'How people will find it, for example: Wells of the Soufrière quarter, 2026.',
  whatItIs: 'What it is',
  whoLooksAfter: 'Who looks after it',
  pointOfContact: 'Point of contact',
  pointOfContactText: 'Whom people should ask about the dataset. Published with it.',
  howMade: 'How it was made, and what others may do with it',
  moreDetails: 'More details (optional)',
  informationUrlHint: 'A page, report or project site about the dataset.',

  // Section 2
  whereTitle: 'Your file can fill this in',
  whereText:
    'If your file says where the data lie, choose it first in section 3: the area and the coordinate system are then filled in for you.',
  fileFirst: 'Choose the file first',
  extentFile: 'Take the area from a file',
  extentFileHint: (limit: string) =>
    `A GeoJSON file or a zipped shapefile up to ${limit}. Only its bounding box is used; the file is not kept.`,
  extentFileChoose: 'Choose an extent file',
  extentFileReading: 'Reading the extent file…',
  extentFileTaken: (name: string) => `The area was taken from ${name}.`,
  extentFileNone: (name: string) =>
    `${name} does not say where its content lies. Draw the area, or enter it.`,
  extentFileTooLarge: (size: string, limit: string) =>
    `The extent file has ${size}; at most ${limit} are read. Draw the area, or enter it.`,
  extentFileKind: (name: string) => `'${name}' is neither a .geojson nor a .zip file.`,

  crsNote: 'The coordinate system of the data. Not needed for data without geometry.',

  // Section 3
  fileText: (limit: string, formats: string) =>
    `One file of at most ${limit}. Vector data (GeoPackage, zipped Shapefile, GeoJSON), raster (GeoTIFF, COG), or a document: ${formats}.`,
  fileChosen: (name: string, size: string) => `Your file: ${name} (${size})`,
  fileRemove: 'Remove the file',
  fileReplaces: 'Choose another file to replace it.',
  fileMissing: 'No file is chosen yet.',
  fileAgain: (name: string) =>
    `The upload of ${name} broke off when the page was closed. Choose the same file again: it goes on where it stopped.`,
  fileReadWell: 'The file was read; it has not been published.',
  fileGone: 'The file had waited too long and was removed from the server. Choose it again.',
  fileFilledIn: 'Filled in from the file:',
  hostedElsewhere: 'I have no file: the data stay on another server',
  hostedElsewhereText:
    'An exception, for example for a web service that somebody else runs. An administrator decides whether the entry is accepted without a file. Enter where the data are:',
  hostedUrl: 'Address of the data',
  hostedUrlHint: 'Where the data can be downloaded or connected to.',
  you: 'Who submits',
  youText: 'We write to you about this submission. Not published.',
  sameAsContact: 'I am the point of contact',
  yourName: 'Your name',
  yourEmail: 'Your e-mail address',
  yourOrganisation: 'Your organisation',
  message: 'Message to the reviewers',
  messageHint: 'Anything they should know. Not published.',
  leaveEmpty: 'Website (leave this empty)',
  check: 'Check your entries',
  missing: (count: number) =>
    count === 1 ? 'One thing is still missing:' : `${count} things are still missing:`,
  missingFile: 'Choose the data file.',
  missingAddress: 'Enter the address of the data.',
  missingLayer: 'Choose the layer of the file.',
  missingName: 'Enter your name.',
  missingEmail: 'Enter your e-mail address, for example: rosa@example.org.',
  worthALook: 'Worth a second look (these do not stop you)',
  submit: 'Submit for review',
  submitAgain: 'Send it again',
  submitting: 'Submitting…',
  waitingForServer:
    'The server cannot be reached. Your submission is sent by itself when the line is back; keep this page open.',
  waitingMoment: 'One moment…',
  notSubmitted: 'Not submitted',

  // Receipt
  receiptTitle: 'Thank you. Your submission has arrived.',
  receiptText: 'It now waits for review. Nothing of it is public until an administrator has approved it.',
  reference: 'Reference',
  privateLink: 'Private link',
  privateLinkText:
    'With this link you see how far it is, and can change the submission when a reviewer asks for it. Keep it: whoever has it can do the same.',
  copyLink: 'Copy the link',
  copyReference: 'Copy',
  linkCopied: 'Copied',
  mailFollows: (email: string) => `A receipt with a link of its own goes to ${email}.`,
  noMail: (email: string) =>
    `This catalogue sends no mail at the moment, so the receipt to ${email} waits. Keep the link: it is the way to hear of the decision.`,
  seeStatus: 'See how far it is',
  submitAnother: 'Submit another dataset',

  // Status
  statusTitle: (reference: string) => `Submission ${reference}`,
  told: {
    received: 'Received',
    in_review: 'In review',
    returned: 'Returned for changes',
    approved: 'Approved and published',
    rejected: 'Not accepted',
  },
  toldMeans: {
    received: 'It waits until an administrator has time for it. You need not do anything.',
    in_review: 'An administrator is looking at it. You need not do anything.',
    returned: 'A reviewer asks you to change something. Your entries and your file are still there.',
    approved: 'Everybody can find it now. Thank you for sharing your data.',
    rejected: 'It will not be published, and the file was removed from the server.',
  },
  reviewerAsks: 'The reviewer asks:',
  reviewerSays: 'The reviewer says:',
  revise: 'Revise and send it again',
  revising: (reference: string) => `Revise submission ${reference}`,
  sentAgain: 'Thank you. The revised submission has arrived.',
  seeRecord: 'See the published record',
  whatHappened: 'What happened so far',
  whatWasSent: 'What you submitted',
  linkUnknownTitle: 'This link opens no submission',
  linkUnknownText:
    'Copy the whole link from the receipt or from the last mail. It has two parts: the reference, and a secret after the #.',
  checkAgain: 'Check again',
  sentFile: 'File',
  noFileSent: 'none: the data are on another server',
  submittedAt: 'Submitted',

  // Review
  review: 'Review',
  queueOpen: 'Waiting',
  queueStates: {
    open: 'Waiting for a decision',
    received: 'Received',
    in_review: 'In review',
    returned: 'Returned to the submitter',
    publishing: 'Being published',
    approved: 'Approved',
    rejected: 'Rejected',
    all: 'All',
  },
  queueSearch: 'Title, reference, name or e-mail',
  queueShow: 'Show',
  queueCount: (total: number, waiting: number) =>
    `${total === 1 ? '1 submission' : `${total} submissions`} shown here; ${waiting === 1 ? '1 waits' : `${waiting} wait`} for a decision.`,
  queueEmpty: 'Nothing waits for review',
  queueEmptyText: 'New submissions appear here; administrators named in ADMIN_EMAILS get a mail.',
  queueNone: 'No submission fits',
  fromWhom: (name: string, when: string) => `${name}, ${when}`,
  backToQueue: 'All submissions',
  begin: 'Begin the review',
  beginText: 'Tells the submitter that somebody is looking at it.',
  submitter: 'Submitter',
  messageFrom: 'Message of the submitter',
  theFile: 'The file',
  fileCautious:
    'Sent by a stranger and not scanned for viruses. It was read in a separate process; nothing of it is in the database.',
  download: 'Download the file',
  layerName: 'Layer',
  features: 'Features',
  geometry: 'Geometry',
  extent: 'Extent (WGS 84)',
  fields: 'Fields',
  fieldOf: (name: string, type: string) => `${name} (${type})`,
  cells: 'Cells',
  cellsOf: (width: string, height: string, bands: number) =>
    `${width} × ${height}, ${bands === 1 ? '1 band' : `${bands} bands`}`,
  chosenLayer: 'chosen by the submitter',
  asItWouldAppear: 'The record as it would appear',
  decision: 'Decision',
  approveTitle: 'Approve and publish',
  approveText: 'Makes a record and publishes it; the submitter gets a mail when it is public.',
  domain: 'Data domain',
  domainHint: 'Its custodians may edit the record later. Administrators may in any case.',
  domainNone: 'None',
  collectionId: 'Collection identifier',
  collectionIdHint: 'Part of its address in the OGC APIs; small letters, digits, - and _. It stays for good.',
  asDownload: 'The file is offered for download; it does not become a collection.',
  publishToApi: 'Publish to the OGC APIs, too',
  grantException: 'Accept the entry without a data file',
  grantExceptionHint: 'Only where the data are hosted elsewhere. Check the addresses first.',
  approve: 'Approve and publish',
  returnTitle: 'Return for changes',
  returnText:
    'The submitter gets the reason by mail, and can change the submission through the private link.',
  rejectTitle: 'Reject',
  rejectText: 'For good. The submitter gets the reason by mail; the file is removed.',
  reason: 'Reason',
  reasonHint: 'The submitter reads this. Say what is missing or wrong, and what would help.',
  reasonNeeded: 'Enter a reason; the submitter has to know.',
  doReturn: 'Return it',
  doReject: 'Reject it for good',
  publishingNow: 'Being published',
  publishFailed: 'The publication failed',
  publishFailedText:
    'Nothing of it is public. Mend the cause and approve it again, edit the draft record, or return or reject the submission.',
  editDraft: 'Edit the draft record',
  approvedDone: 'Approved and published.',
  returnedDone: 'Returned to the submitter.',
  rejectedDone: 'Rejected. The submitter is told; the file is removed.',
  metadataErrors: 'Would stop the publication',
  metadataWarnings: 'Worth a second look',
  hostedNotice: 'There is no file: the submitter says the data are on another server.',

  // Outbox
  outbox: 'Mail outbox',
  outboxServer: (host: string, from: string) => `Mails go out through ${host}, from ${from}.`,
  outboxNone: 'No mail server is configured',
  outboxNoneText:
    'Mails wait here. Set SMTP_URL, MAIL_FROM and PUBLIC_URL and restart: what waits is then sent.',
  mailStates: { waiting: 'Waiting', sent: 'Sent', failed: 'Given up' },
  mailState: 'State',
  allMails: 'All',
  mailColumns: {
    state: 'State',
    to: 'To',
    subject: 'Subject',
    created: 'Written',
    error: 'Last error',
    more: 'Actions',
  },
  mailAttempts: (attempts: number) => (attempts === 1 ? '1 attempt' : `${attempts} attempts`),
  mailNext: (when: string) => `next ${when}`,
  mailAgain: 'Send again',
  mailAgainOf: (subject: string) => `Send again: ${subject}`,
  mailRead: 'Read',
  mailReadOf: (subject: string) => `Read: ${subject}`,
  mailNoneYet: 'No mail has been written yet',
  mailQueued: 'It is tried again now.',
}

export type SubmissionWords = typeof en

const translations: Record<Language, Partial<SubmissionWords>> = {
  en: {},
  fr: { submitTitle: 'Proposer des données', submit: 'Proposer', review: 'Examen' },
  acf: {},
}

export const submissionWordsIn = (language: Language): SubmissionWords => ({
  ...en,
  ...translations[language],
})
